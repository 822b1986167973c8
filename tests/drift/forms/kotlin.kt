package a.b
const val LIMIT = 3 //@ LIMIT
var (first, second) = pair() //@ first; second
@Anno //@ Store
data class Store<T>(val name: String, private var n: Int = 1) : Base(), Shape {
    val size: Int get() = 1 //@ Store.size
    lateinit var late: String //@ Store.late
    private val lazyOne by lazy { 1 } //@ Store.lazyOne
    companion object { //@ Store.Companion
        const val KEY = 1 //@ Store.KEY; Store.Companion.KEY
        @JvmStatic fun make(x: Int) = 1 //@ Store.make
    }
    override suspend fun load(key: String, vararg n: Int): Int { //@ Store.load
        val local = 1 //@ Store.load.local
        return 1
    }
    constructor(x: Int) : this("a") {} //@ Store.constructor
    inner class In { //@ Store.In
        fun deep() {} //@ Store.In.deep
    }
    enum class Color(val v: Int) { //@ Store.Color
        RED(1), //@ Store.Color.RED
        GREEN; //@ Store.Color.GREEN
        fun paint() {} //@ Store.Color.paint
    }
    inline fun <reified U> over(x: Int): U = 1 //@ Store.over(Int)
    private fun over(x: List<Int>): Int = 2 //@ Store.over(List<Int>)
    operator fun plus(o: Int) = 1 //@ Store.plus
}
sealed interface Shape { //@ Shape
    fun draw(x: Int) //@ Shape.draw
    val sides: Int //@ Shape.sides
}
fun String.shout(x: Int): Int = 1 //@ String.shout
fun <T> List<T>.other() {} //@ List.other
typealias Names = Map<String, Int> //@ Names
object Single { //@ Single
    fun run() {} //@ Single.run
}
internal tailrec fun plain() {} //@ plain
abstract class Base { //@ Base
    abstract fun todo() //@ Base.todo
}
