<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = 1;                                                                                                                                                                                                        // a remark
