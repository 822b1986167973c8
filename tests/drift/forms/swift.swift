import Foundation
let limit = 3, other: Int = 4 //@ limit; other
@objc public final class Store<T>: Base, P where T: Q { //@ Store
    static let size = 1 //@ Store.size
    var name: String { get { 1 } set { } } //@ Store.name
    lazy var late = { 1 }() //@ Store.late
    private(set) weak var owner: Base? //@ Store.owner
    init(a: Int, _ b: String = "x") { super.init() } //@ Store.init(Int, _: String)
    required convenience init(from d: Decoder) { } //@ Store.init(from: Decoder)
    deinit { } //@ Store.deinit
    override func load(key k: String, n: Int...) throws -> Int { return 1 } //@ Store.load
    class func make() { } //@ Store.make
    subscript(i: Int) -> Int { 1 } //@ Store.subscript
    mutating func changed() { } //@ Store.changed
    @discardableResult func marked() -> Int { 1 } //@ Store.marked
    struct Inner { var deep = 1 } //@ Store.Inner.deep
    static func == (a: S, b: S) -> Bool { true } //@ Store.==
}
enum Color: Int { //@ Color
    case red = 1, green //@ Color.red; Color.green
    case blue(Int, x: String) //@ Color.blue
    func paint() { } //@ Color.paint
}
protocol Shape { //@ Shape
    associatedtype Item //@ Shape.Item
    var sides: Int { get } //@ Shape.sides
    func draw(x: Int) //@ Shape.draw
}
extension Store: Q { func extended() { } } //@ Store.extended
extension Array where Element == Int { func summed() { } } //@ Array.summed
typealias Names = [String] //@ Names
func free<T>(_ a: T) async -> T { a } //@ free
actor Worker { func run() { } } //@ Worker.run
indirect enum Tree { case leaf } //@ Tree.leaf
fileprivate func hidden() { let local = 1 } //@ hidden; hidden.local
