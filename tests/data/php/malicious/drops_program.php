<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
file_put_contents('a.c', '#include <stdio.h>');
move_uploaded_file($_FILES['f']['tmp_name'], 'a.txt');
