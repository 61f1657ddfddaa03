<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$x = new XSLTProcessor();
$x->registerPHPFunctions();
$s = '<x xmlns:p="http://php.net/xsl" v="p:function(\'assert\', string(.))"/>';
