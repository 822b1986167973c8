package a.b;
import java.util.*;
@Deprecated //@ Store
public final class Store<T extends Base> extends A implements B {
    private static final int X = 1, Y = 2; //@ Store.X; Store.Y
    protected volatile List<String> names; //@ Store.names
    @Inject transient int injected; //@ Store.injected
    static { run(); }
    public Store() {} //@ Store.Store()
    private Store(int a) {} //@ Store.Store(int)
    @Override public synchronized <U> void load(final String key, int... rest) throws E { //@ Store.load
        int local = 1; //@ Store.load.local
        class Local {} //@ Store.load.Local
    }
    static int over(int a) { return a; } //@ Store.over(int); Store.over(a: int)
    static int over(List<String> a) { return 1; } //@ Store.over(List<String>)
    abstract static class Inner { abstract native void todo(); } //@ Store.Inner; Store.Inner.todo
    record Point(int x, String y) { Point { } static int z = 1; } //@ Store.Point; Store.Point.z
    enum Color { RED(1) { void paint() {} }, GREEN; int value; } //@ Store.Color.RED; Store.Color.GREEN; Store.Color.value; Store.Color.RED.paint
    sealed interface Shape permits Round { int SIDES = 1; void draw(); default int d() { return 1; } } //@ Store.Shape.SIDES; Store.Shape.draw; Store.Shape.d
    @interface Marker { int value() default 1; } //@ Store.Marker.value
}
strictfp class Other {} //@ Other
