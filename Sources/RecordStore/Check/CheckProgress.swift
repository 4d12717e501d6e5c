/// Is told how far reading one part is: how much was read, of how much.
package typealias CheckProgress = (_ done: UInt64, _ total: UInt64) -> Void
