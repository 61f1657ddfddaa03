<?php
$$a = 1; ${'name'} = 2; ${$b . 'c'} = 3; $$a['x'] = 4;
$list[] = 5; $list['k'][0] = 6; $o->p->q = 7; $o->{'p' . $q} = 8; $o->$p = 9; $o?->p;
C::$static = 10; C::CONSTANT; $c::$s; $c::class; static::$x; self::Y; parent::z();
[$a, [, $b]] = $list; ['k' => $c] = $list; list($a, , $b) = $list; list('x' => $a) = $list;
global $g, $h; unset($a, $b['c']); isset($a, $b->c); empty($d);
