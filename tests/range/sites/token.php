<?php
/* Every mail of the range carries its label in the body: the client states it in a header
   that no server logs. */
function token($label = null)
{
    return "\n\nTOKEN:" . ($label ?? $_SERVER['HTTP_X_RANGE'] ?? 'ham') . "\n";
}
