<?php
namespace Top\Level;
const LIMIT = 3, OTHER = 4; //@ LIMIT; OTHER
#[Attr] //@ Store
abstract class Store extends Base implements I {
    use T;
    const X = 1, Y = 2; //@ Store.X; Store.Y
    final protected const int TYPED = 1; //@ Store.TYPED
    public static ?int $a = 1, $b; //@ Store.a; Store.b
    private readonly string $c; //@ Store.c
    public function __construct(private string $promoted, int ...$n) {} //@ Store.__construct
    abstract protected function load(string $k = "a"): int; //@ Store.load
    final public static function make(): static { $local = 1; } //@ Store.make; Store.make.local
    #[Pure] //@ Store.attributed
    function attributed() {}
}
final class Last {} //@ Last
interface Shape { const SIDES = 1; public function draw(int $x); } //@ Shape.SIDES; Shape.draw; Shape.draw(int)
trait Helping { function help() {} } //@ Helping.help
enum Suit: string { //@ Suit
    case Hearts = 'H'; //@ Suit.Hearts
    const WILD = 1; //@ Suit.WILD
    function label() {} //@ Suit.label
}
function plain(array $a, $b) { return $a; } //@ plain
$handler = function ($x) { }; //@ handler
