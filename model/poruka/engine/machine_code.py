"""The machine code of single kernels: compiled, serialised, loaded elsewhere, and called by its
address.
"""

import hashlib
import pickle
import sys
from typing import Any

import numba

from poruka.engine.jit import JIT_ENABLED


def processor() -> str:
    """Return the processor that machine code is compiled for, with its features."""
    from numba.core.registry import cpu_target

    return repr(cpu_target.target_context.codegen().magic_tuple())


def short_type(value: Any) -> Any:
    """Return the compiled type of a NamedTuple under a short name.

    Symbols repeat the name, which would list every field of every table otherwise. The type keeps
    the name for as long as the caller holds the type.
    """
    compiled_type = numba.typeof(value)
    if not compiled_type.name.startswith("short_"):
        digest = hashlib.sha256(compiled_type.name.encode()).hexdigest()[:16]
        compiled_type.name = f"short_{type(value).__name__}_{digest}"
    return compiled_type


def type_of(value: Any) -> Any:
    """Return the compiled type of a value."""
    return numba.typeof(value)


class CompiledKernel:
    """The machine code of one kernel in this process: its address, and what keeps it alive.

    Attributes
    ----------
    address : int
        Where the kernel begins, in the compiler's own calling convention.
    serialized : bytes
        What another process needs to load it; empty where it cannot be serialised.
    """

    def __init__(self, library: Any, symbol: str, environments: list[Any], serialized: bytes):
        self._references = (library, environments)
        self.address = int(library.get_pointer_to_function(symbol))
        self.serialized = serialized
        if not self.address:
            raise RuntimeError(f"compiled code has no {symbol}")


def compile_kernel(function: Any, types: tuple[Any, ...]) -> CompiledKernel:
    """Compile one kernel for arguments of given types, with all it calls, into code of its own."""
    function.compile(types)
    result = function.overloads[types]
    environments = result._find_referenced_environments()
    symbol = result.fndesc.llvm_func_name
    # The library is not serialised whole: nothing is linked with a loaded kernel, so only the
    # symbols of the intermediate code are needed.
    code = result.library._get_compiled_object()
    stub = f'define void @"{symbol}"() {{ ret void }}\n'
    for env in environments:
        stub += f'@"{env.env_name}" = common global i8* null\n'
    constants = [
        (env.env_name, env.globals.get("__name__"), list(env.consts)) for env in environments
    ]
    try:
        serialized = pickle.dumps((result.library.name, code, stub, symbol, constants))
    except (pickle.PicklingError, TypeError, AttributeError):  # holds an object of this process
        serialized = b""
    if b".numba.unresolved$" in code:  # recursion that is resolved at compile time only
        serialized = b""
    return CompiledKernel(result.library, symbol, environments, serialized)


def discard_compiled(function: Any) -> None:
    """Discard what was compiled of a function, so that it compiles with the current globals."""
    function._make_finalizer()()
    function._reset_overloads()
    function.overloads.clear()


def load_kernel(serialized: bytes) -> CompiledKernel:
    """Load the machine code of a kernel that another process has compiled."""
    import llvmlite.binding as llvm
    from numba.core.environment import Environment
    from numba.core.registry import cpu_target
    from numba.core.runtime import rtsys

    name, code, stub, symbol, stored_environments = pickle.loads(serialized)
    rtsys.initialize(cpu_target.target_context)  # the reference counting of all compiled code
    codegen = cpu_target.target_context.codegen()
    bitcode = llvm.parse_assembly(stub).as_bitcode()
    library = codegen.unserialize_library((name, "object", (code, bitcode)))
    environments = []
    for env_name, module, constants in stored_environments:
        namespace = sys.modules[module].__dict__ if module in sys.modules else {"__name__": module}
        environment = Environment(namespace)
        environment.env_name = env_name
        environment.consts[:] = constants
        codegen.set_env(env_name, environment)
        environments.append(environment)
    return CompiledKernel(library, symbol, environments, serialized)


KNOWN_SIGNATURES: set[tuple[Any, ...]] = set()
"""Argument types for which kernels are compiled; a call by address with others is refused."""

if JIT_ENABLED:
    from numba.core import cgutils
    from numba.core import types as numba_types
    from numba.core.errors import TypingError

    @numba.extending.intrinsic
    def call(typing: Any, address: Any, *arguments: Any) -> Any:
        """Call the kernel at an address; an error raised in it is raised here."""
        argument_types = tuple(numba_types.unliteral(argument) for argument in arguments)
        if argument_types not in KNOWN_SIGNATURES:
            raise TypingError("no kernel is compiled for arguments of these types")
        packed = numba_types.StarArgTuple.from_types(argument_types)
        signature = numba_types.none(numba_types.intp, packed)

        def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            convention = context.call_conv
            function_type = convention.get_function_type(numba_types.none, argument_types)
            target = builder.inttoptr(values[0], function_type.as_pointer())
            unpacked = cgutils.unpack_tuple(builder, values[1], len(argument_types))
            status, _ = convention.call_function(
                builder, target, numba_types.none, argument_types, unpacked
            )
            with cgutils.if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
            return context.get_dummy_value()

        return signature, build

else:

    def call(address: Any, *arguments: Any) -> Any:  # type: ignore[misc]
        """Call a kernel; interpreted, the kernel takes the place of its address."""
        return address(*arguments)
