<?php
f(); f($a, ...$rest); f(name: 1, array: 2); $g = f(...); $g = $o->m(...); $g = C::m(...);
$f($x)($y); $o->m()->n($z)['k']->p(); $o->$m(); $o->{'m' . $n}(); C::m(); $c::$m(); 'f'('x'); [$o, 'm']();
\f(\A\B::c()); namespace\f(); A\f(); (function () { return 1; })();
new A; new A(1, 2); new $class($x); new ($x . 'y'); (new A)->m(); new A\B; new self; new static();
exit; exit(1); die('x'); eval($code); include 'a.php'; require_once __DIR__ . '/b.php';
