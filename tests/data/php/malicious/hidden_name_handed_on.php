<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$db = new PDO('sqlite::memory:');
$db->query('x')->fetchAll(PDO::FETCH_FUNC, str_rot13('nffreg'));
register_thing(str_rot13('nffreg'));
