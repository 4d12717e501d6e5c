/// The legal grounds a new charter starts from, when no grounds file is given.
package enum DefaultGrounds {
    /// The file that `--grounds` would otherwise name, in the form `GroundsFile` reads.
    ///
    /// Source: Convenant gegevensuitwisseling en samenwerking 2020 between omgevingsdiensten,
    /// politie and Functioneel Parket. It is data, not legal advice: a charter states its own.
    package static let yaml = """
        # from, to: member classes, or "*". categories: which data may go under this ground.
        # Listed in order of preference: a recipient gets the first that fits.
        grounds:
          - code: WABO-5.8
            text: "Artikel 5.8 Wabo en paragraaf 7.3 Besluit omgevingsrecht"
            from: [od-toezicht]
            to: [od-toezicht]
            categories: [public, environmental, business, personal]
          - code: AVG-5.1B
            text: "Artikel 5 lid 1 b, 6 lid 4 en 23 lid 1 AVG"
            from: [od-toezicht]
            to: [od-boa, politie, om]
            categories: [public, environmental, business, personal]
          - code: BPG-BOA-7
            text: "Artikel 7 Besluit politiegegevens buitengewoon opsporingsambtenaren"
            from: [od-boa]
            to: [od-toezicht]
            categories: [public, environmental, business, personal, police]
          - code: WPG-15
            text: "Artikel 15 Wpg"
            from: [od-boa, politie]
            to: [od-boa, politie]
            categories: [public, environmental, business, personal, police]
          - code: WPG-16.1A
            text: "Artikel 16 lid 1 onder a Wpg"
            from: [od-boa, politie]
            to: [om]
            categories: [public, environmental, business, personal, police]
          - code: WPG-18
            text: "Artikel 18 Wpg jo. artikel 4:2 lid 2 Bpg"
            from: [politie]
            to: [od-toezicht]
            categories: [public, environmental, business, personal, police]
          - code: WJSG-39F
            text: "Artikel 39f lid 1 onder c of d Wjsg"
            from: [om]
            to: [od-toezicht]
            categories: [public, environmental, business, personal, police, criminal-justice]
          - code: WJSG-39E-F
            text: "Artikel 39e lid 1 onder f Wjsg"
            from: [om]
            to: [od-boa]
            categories: [public, environmental, business, personal, police, criminal-justice]
          - code: WJSG-39E-D
            text: "Artikel 39e lid 1 onder d Wjsg"
            from: [om]
            to: [politie]
            categories: [public, environmental, business, personal, police, criminal-justice]
          - code: WJSG-39B
            text: "Artikel 39b Wjsg"
            from: [om]
            to: [om]
            categories: [public, environmental, business, personal, police, criminal-justice]

        """
}
