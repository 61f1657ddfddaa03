<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
goto end;
end:
echo 1;
