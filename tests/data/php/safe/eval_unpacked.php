<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo gzinflate(base64_decode('S03OyFcwtAYA'));
