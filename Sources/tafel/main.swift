import Foundation

// A peer or a pipe that goes away is an error of one write, not the end of the program.
signal(SIGPIPE, SIG_IGN)
// So is a file that may not grow any more.
signal(SIGXFSZ, SIG_IGN)
exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
