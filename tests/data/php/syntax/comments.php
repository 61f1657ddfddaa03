<?php
// one line
# another line
/* block */ f(/* inside */ $a, // behind
    $b); /** doc
 * comment */
//
#
/**/ g(); /***/ h(); // last ?> html
