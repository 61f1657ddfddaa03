<?php
#[Attribute(Attribute::TARGET_CLASS), Other]
class A {
    #[Pure] # a comment
    public function f(#[Sensitive] $x, #[B(1, 'x')] int $y = 1) { }
    #[C] private $z;
}
#[D] function g() { }
$h = #[E] fn() => 1;
