<form action="<?php echo admin_url('admin-ajax.php'); ?>" method="post">
  <input type="hidden" name="action" value="shop_quick_order">
  <input name="phone" placeholder="Phone">
  <p style="display:none"><input name="website" class="honeypot"></p>
  <button>Buy in one click</button>
</form>
