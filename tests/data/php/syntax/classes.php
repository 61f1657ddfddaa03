<?php
namespace App\Model;
use Other\Thing, Other\Name as Alias;
use Group\{One, Two as Second, Deep\Three};
use function Other\f; use const Other\C;
abstract class Base extends Parents implements First, \Second\One
{
    use T, U { T::m insteadof U; U::m as protected other; }
    const A = 1, B = self::A . 'x'; final public const C = [1, 'k' => 2];
    public $x; protected static ?int $y = 1; private readonly array $z; var $old = 'v';
    public function __construct(private int $p = 1, protected readonly ?string $q = null) { $this->x = $p; }
    abstract protected function m(): self;
    final public static function list(array $array): static { return new static; }
}
interface I extends J, K { const X = 1; public function m(); }
trait T { private function m() { return parent::class . static::class . __CLASS__; } }
final class Last {} readonly class Only { }
$o = new class(1) extends Base implements I { public function m(): self { return $this; } };
