<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$x = 'SGVsbG8sIHdvcmxkIG9mIGxldHRlcnM=';
