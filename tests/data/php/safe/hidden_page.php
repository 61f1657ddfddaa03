<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo htmlspecialchars('<p>harmless text of a page, long enough to be told.');
