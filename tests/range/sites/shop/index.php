<?php
echo '<link rel="stylesheet" href="/style.css"><h1>Shop</h1>';
for ($item = 1; $item < 9; $item++) {
    echo "<p><a href=\"/item.php?id=$item\">Item $item</a>";
}
