using System;
namespace A.B { //@ A.B
    [Serializable] //@ Store; A.B.Store
    public partial class Store<T> : Base, I where T : new() {
        private const int X = 1, Y = 2; //@ Store.X; Store.Y
        protected readonly static string field; //@ Store.field
        public string Name { get; set; } = "a"; //@ Store.Name
        public int Computed => 1; //@ Store.Computed
        public int this[int i] => i; //@ Store.this
        public event Action Happened; //@ Store.Happened
        [Test] //@ Store.Load
        public async Task<int> Load(string key, int n = 1) => 1;
        public Store() { } //@ Store.Store()
        public Store(int a) : base(a) { } //@ Store.Store(int)
        ~Store() {} //@ Store.~Store
        public static Store operator +(Store a, Store b) { return a; } //@ Store.operator +
        public static implicit operator int(Store s) => 1; //@ Store.operator int
        internal virtual unsafe void Over(int a) {} //@ Store.Over(int)
        protected internal override sealed void Over(string a) {} //@ Store.Over(string); Store.Over(a: string)
        public delegate void Handler(int x); //@ Store.Handler
        enum Color { Red, Green = 2, Blue } //@ Store.Color.Red; Store.Color.Blue
        struct Pair { int q; } //@ Store.Pair.q
        interface Shape { void Draw(int x); } //@ Store.Shape.Draw
        record Person(int Age, string Name); //@ Store.Person
        void Method() { //@ Store.Method
            void Local(int x) {} //@ Store.Method.Local
            int variable = 1; //@ Store.Method.variable
        }
        public event EventHandler Custom { add {} remove {} } //@ Store.Custom; Store.Custom.add
    }
}
record struct Point(int X); //@ Point
static class Tools { public static void Extend(this string s) {} } //@ Tools.Extend
