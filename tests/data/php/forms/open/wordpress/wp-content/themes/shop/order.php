<form action="<?php echo admin_url('admin-ajax.php'); ?>" method="post">
  <input type="hidden" name="action" value="shop_quick_order">
  <input name="phone" placeholder="Phone">
  <button>Buy in one click</button>
</form>
