<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
goto l0;
l0:
goto l1;
l1:
goto l2;
l2:
goto l3;
l3:
goto l4;
l4:
goto l5;
l5:
goto l6;
l6:
goto l7;
l7:
goto l8;
l8:
goto l9;
l9:
goto l10;
l10:
goto l11;
l11:
