"""Machine code of single kernels: compiled, kept, loaded elsewhere, and called by its address."""

import hashlib
import pickle
import sys
from typing import Any

import numba

from poruka.engine.jit import JIT_ENABLED


def processor() -> str:
    """Return what machine code is made for: the processor and its features."""
    from numba.core.registry import cpu_target

    return repr(cpu_target.target_context.codegen().magic_tuple())


def short_type(value: Any) -> Any:
    """Return the compiled type of a NamedTuple under a short name.

    Symbols repeat the name, and it lists every field of every table otherwise. The name stays for
    as long as the caller holds the type.
    """
    found = numba.typeof(value)
    if not found.name.startswith("short_"):
        found.name = (
            f"short_{type(value).__name__}_{hashlib.sha256(found.name.encode()).hexdigest()[:16]}"
        )
    return found


def type_of(value: Any) -> Any:
    """Return the compiled type of a value."""
    return numba.typeof(value)


class Compiled:
    """Machine code of one kernel in this process: its address, and what keeps it alive.

    Attributes
    ----------
    address : int
        Where the kernel begins, in the compiler's own calling convention.
    kept : bytes
        What another process needs to load it; empty where it cannot be kept.
    """

    def __init__(self, library: Any, symbol: str, environments: list[Any], kept: bytes):
        self._alive = (library, environments)
        self.address = int(library.get_pointer_to_function(symbol))
        self.kept = kept
        if not self.address:
            raise RuntimeError(f"compiled code has no {symbol}")


def compile_kernel(function: Any, types: tuple[Any, ...]) -> Compiled:
    """Compile one kernel for arguments of some types, with all it calls, into code of its own."""
    function.compile(types)
    made = function.overloads[types]
    environments = made._find_referenced_environments()
    symbol = made.fndesc.llvm_func_name
    # Not the whole library: nothing is linked with a loaded kernel, so that of the intermediate
    # code only the symbols are needed.
    code = made.library._get_compiled_object()
    stub = f'define void @"{symbol}"() {{ ret void }}\n'
    for one in environments:
        stub += f'@"{one.env_name}" = common global i8* null\n'
    held = [(one.env_name, one.globals.get("__name__"), list(one.consts)) for one in environments]
    try:
        kept = pickle.dumps((made.library.name, code, stub, symbol, held))
    except (pickle.PicklingError, TypeError, AttributeError):  # holds an object of this process
        kept = b""
    if b".numba.unresolved$" in code:  # recursion that is resolved at compile time only
        kept = b""
    return Compiled(made.library, symbol, environments, kept)


def forget(function: Any) -> None:
    """Drop what was compiled of a function, so that it compiles with what its names mean now."""
    function._make_finalizer()()
    function._reset_overloads()
    function.overloads.clear()


def load_kernel(kept: bytes) -> Compiled:
    """Load the machine code of a kernel that another process has compiled."""
    import llvmlite.binding as llvm
    from numba.core.environment import Environment
    from numba.core.registry import cpu_target
    from numba.core.runtime import rtsys

    name, code, stub, symbol, environments = pickle.loads(kept)
    rtsys.initialize(
        cpu_target.target_context
    )  # what counts references, called by all compiled code
    codegen = cpu_target.target_context.codegen()
    library = codegen.unserialize_library(
        (name, "object", (code, llvm.parse_assembly(stub).as_bitcode()))
    )
    alive = []
    for env_name, module, constants in environments:
        one = Environment(
            sys.modules[module].__dict__ if module in sys.modules else {"__name__": module}
        )
        one.env_name = env_name
        one.consts[:] = constants
        codegen.set_env(env_name, one)
        alive.append(one)
    return Compiled(library, symbol, alive, kept)


KNOWN_CALLS: set[tuple[Any, ...]] = set()
"""Types of arguments for which kernels are compiled; calls by address with others are refused."""

if JIT_ENABLED:
    from numba.core import cgutils
    from numba.core import types as numba_types
    from numba.core.errors import TypingError

    @numba.extending.intrinsic
    def call(typing: Any, address: Any, *arguments: Any) -> Any:
        """Call the kernel that begins at an address; what it raises is raised here."""
        given = tuple(numba_types.unliteral(one) for one in arguments)
        if given not in KNOWN_CALLS:
            raise TypingError("no kernel is compiled for arguments of these types")
        signature = numba_types.none(numba_types.intp, numba_types.StarArgTuple.from_types(given))

        def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            convention = context.call_conv
            kind = convention.get_function_type(numba_types.none, given)
            target = builder.inttoptr(values[0], kind.as_pointer())
            parts = cgutils.unpack_tuple(builder, values[1], len(given))
            status, _ = convention.call_function(builder, target, numba_types.none, given, parts)
            with cgutils.if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
            return context.get_dummy_value()

        return signature, build

else:

    def call(address: Any, *arguments: Any) -> Any:  # type: ignore[misc]
        """Call a kernel; interpreted, it stands for its own address."""
        return address(*arguments)
