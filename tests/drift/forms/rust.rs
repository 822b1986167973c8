const LIMIT: i32 = 3; //@ LIMIT
pub(crate) static mut STATE: i32 = 4; //@ STATE
type Alias<T> = Vec<T>; //@ Alias
#[derive(Debug, Clone)] //@ Store
#[serde(rename_all = "camelCase")]
pub struct Store<'a, T: Base> where T: Other {
    pub name: String, //@ Store.name
    #[serde(default)] //@ Store.path
    path: &'a T,
}
pub struct Pair(pub i32, u8); //@ Pair
struct Unit; //@ Unit
union Raw { whole: u32, bytes: [u8; 4] } //@ Raw; Raw.whole; Raw.bytes
#[repr(u8)] //@ Color
pub enum Color {
    Red = 1, //@ Color.Red
    Green(i32), //@ Color.Green
    Blue { shade: u8 }, //@ Color.Blue; Color.Blue.shade
}
pub trait Shape: Base { //@ Shape
    const SIDES: u32; //@ Shape.SIDES
    type Item; //@ Shape.Item
    fn area(&self) -> f64; //@ Shape.area
    fn named(&self, name: &str) -> String { name.into() } //@ Shape.named; Shape.named(&str)
}
impl<'a, T: Base> Store<'a, T> {
    pub const SIZE: usize = 1; //@ Store.SIZE
    pub fn new(name: String) -> Self { todo!() } //@ Store.new
    #[inline] //@ Store.load
    pub async unsafe fn load(&mut self, key: u8) -> i32 {
        fn nested() {} //@ Store.load.nested
        1
    }
    extern "C" fn outside(self: Box<Self>) {} //@ Store.outside
}
impl Shape for Unit { //@ Unit.Shape
    const SIDES: u32 = 1; //@ Unit.SIDES
    type Item = i32; //@ Unit.Item
    fn area(&self) -> f64 { 1.0 } //@ Unit.area; Unit.Shape.area
}
impl fmt::Display for Store<'_, i32> { //@ Store.Display
    fn fmt(&self, f: &mut Formatter) -> Result { Ok(()) } //@ Store.Display.fmt
}
impl fmt::Debug for Store<'_, i32> { //@ Store.Debug
    fn fmt(&self, f: &mut Formatter) -> Result { Ok(()) } //@ Store.Debug.fmt
}
impl From<u8> for Unit { fn from(x: u8) -> Self { Unit } } //@ Unit.From<u8>; Unit.From<u8>.from; Unit.from(u8)
impl From<u16> for Unit { fn from(x: u16) -> Self { Unit } } //@ Unit.From<u16>.from; Unit.from(u16)
pub mod outer { //@ outer
    pub mod inner { //@ outer.inner
        pub fn deep() {} //@ outer.inner.deep
    }
}
mod elsewhere; //@ elsewhere
macro_rules! shout { ($a:expr) => { $a }; } //@ shout
extern "C" {
    fn foreign(a: i32, ...) -> i32; //@ foreign
    static ERRNO: i32; //@ ERRNO
}
pub(crate) const fn computed<T: Copy>(x: T) -> T { x } //@ computed
fn generic<F>(f: F) where F: Fn(i32) -> i32 { //@ generic
    const INSIDE: i32 = 1; //@ generic.INSIDE
    struct Local; //@ generic.Local
}
