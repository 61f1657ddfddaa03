<script language="javascript">var a = '<?= 1 ?>'; eval('1');</script>
