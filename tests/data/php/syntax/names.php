<?php
$o->class; $o->list()->array()->print(); C::new(); C::FOR; $o->if = 1; $o?->function;
class K { const CLASS_ = 1; const FOR = 2; function new() {} function echo() {} public $match; }
IF (TRUE) ECHO NULL; ELSE Return FALSE;
$größe = 'über'; function ñ() { } $_ = $__x9;
namespace\f(); echo __LINE__, __FILE__, PHP_EOL, \M_PI;
