import Cryptography
import Testing

struct TextEncodingTests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
        ("foob", "Zm9vYg==", "666f6f62"), ("fooba", "Zm9vYmE=", "666f6f6261"),
        ("foobar", "Zm9vYmFy", "666f6f626172"),
    ])
    func `encodings are those of RFC 4648`(text: String, base64: String, hex: String) {
        let bytes = Array(text.utf8)
        #expect(TextEncoding.base64(bytes) == base64)
        #expect(TextEncoding.bytes(base64: base64) == bytes)
        #expect(TextEncoding.hex(bytes) == hex)
        #expect(TextEncoding.bytes(hex: hex) == bytes)
    }

    @Test func `all bytes are encoded and read`() {
        let bytes = Array(0...255 as ClosedRange<UInt8>)
        #expect(TextEncoding.bytes(base64: TextEncoding.base64(bytes)) == bytes)
        #expect(TextEncoding.bytes(hex: TextEncoding.hex(bytes)) == bytes)
        #expect(TextEncoding.base64([0xFB, 0xEF, 0xFF]) == "++//")
        #expect(TextEncoding.hex([0x00, 0x0F, 0xF0, 0xFF]) == "000ff0ff")
        for byte in bytes { #expect(TextEncoding.hex([byte]).utf8.count == 2) }
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zg== ", " Zg==", "Zg==\n", "Zg\n==", "Z g==", "Zm9v\n", "Zm9v=",
        "Zm9v====", "=", "==", "====", "Z", "Z===", "Zg==Zg==", "Zg==Zm9v", "Z=g=", "=Zg=", "--__",
        "-_-_", "Zm9v\0", "\0\0\0\0", "Zg=\0", "Zm9é", "Ｚｇ＝＝", "Zm9\u{7F}", "Zm8.", "Zm9vYg",
        "Zm9vYmE", "Zm9vYmE==", "Zm\r\n9v",
    ])
    func `base64 of another form is refused`(text: String) {
        #expect(TextEncoding.bytes(base64: text) == nil)
    }

    @Test func `each byte has one base64 text of four characters`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var values: Set<[UInt8]> = []
        var count = 0
        for first in alphabet {
            for second in alphabet {
                guard let bytes = TextEncoding.bytes(base64: "\(first)\(second)==") else {
                    continue
                }
                count += 1
                values.insert(bytes)
            }
        }
        #expect(count == 256)
        #expect(values.count == 256)
        // Two bits of the third character are unused.
        let read = alphabet.compactMap { TextEncoding.bytes(base64: "AA\($0)=") }
        #expect(read.count == 16)
        #expect(Set(read).count == 16)
    }

    @Test(arguments: [
        "0", "000", "FF", "fF", "Ff", "0x", "0x00", " 00", "00 ", "0 0", "00\n", "g0", "0g", "/0",
        ":0", "`0", "@0", "é", "００", "٠٠", "0\0", "+0", "-1",
    ])
    func `hexadecimal of another form is refused`(text: String) {
        #expect(TextEncoding.bytes(hex: text) == nil)
    }

    @Test func `each byte has one hexadecimal text`() {
        var count = 0
        for first in 0...127 as ClosedRange<UInt8> {
            for second in 0...127 as ClosedRange<UInt8> {
                let text = String(decoding: [first, second], as: UTF8.self)
                count += TextEncoding.bytes(hex: text) == nil ? 0 : 1
            }
        }
        #expect(count == 256)
    }
}
