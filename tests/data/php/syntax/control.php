<?php
if ($a) f(); elseif ($b) g(); else if ($c) { h(); } else { i(); }
while ($a) { if ($b) continue; break 1; }
do { f(); } while ($a > 0);
for ($i = 0, $j = 9; $i < $j; $i++, $j--) { f($i); }
foreach ($list as $key => &$value) { f($key); }
foreach ($list as [$x, $y]) f($x);
switch ($a) { case 1: f(); break; case 'two': default: g(); }
while ($a): f(); endwhile; for (;;): break; endfor; switch ($a): case 1: f(); endswitch;
try { f(); } catch (A | B $e) { g($e); } catch (C) { } finally { h(); }
declare(ticks=1); goto end; f(); end: g(); return;
