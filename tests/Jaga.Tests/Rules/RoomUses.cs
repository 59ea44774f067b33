using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Jaga.Tests.Rules;

/// <summary>Reads from a compiled assembly which room uses which. A room is the word after <c>Jaga.</c> in a namespace.</summary>
internal static class RoomUses
{
    /// <summary>Each use of one room by another, with the type that does it. <see cref="Db"/> is one class with a part in every room, and is left out.</summary>
    public static SortedSet<(string From, string To, string Type)> In(string assemblyPath)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        var uses = new SortedSet<(string, string, string)>();
        foreach (var type in assembly.MainModule.GetTypes().Where(t => Room(t) is not null && Outermost(t).FullName != typeof(Db).FullName))
        {
            uses.UnionWith(References(type).SelectMany(Parts).Select(Room).OfType<string>().Where(r => r != Room(type)).Select(r => (Room(type)!, r, Outermost(type).Name)));
        }

        return uses;
    }

    /// <summary>The rooms that an assembly holds.</summary>
    public static IReadOnlySet<string> Rooms(string assemblyPath)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        return assembly.MainModule.GetTypes().Select(Room).OfType<string>().ToHashSet();
    }

    /// <summary>The uses that go up, or sideways, in <paramref name="fromTheGround"/>. Rooms that are not in it are not looked at.</summary>
    public static IReadOnlyList<string> Upward(IEnumerable<(string From, string To, string Type)> uses, IReadOnlyList<string> fromTheGround)
    {
        var floor = fromTheGround.Select((room, at) => (room, at)).ToDictionary(r => r.room, r => r.at);
        return [.. uses.Where(u => floor.ContainsKey(u.From) && floor.ContainsKey(u.To) && floor[u.To] >= floor[u.From]).Select(u => $"{u.From} uses {u.To} in {u.Type}")];
    }

    private static IEnumerable<TypeReference> References(TypeDefinition type)
    {
        var attributes = type.CustomAttributes.Concat(type.Methods.SelectMany(m => m.CustomAttributes)).Concat(type.Properties.SelectMany(p => p.CustomAttributes));
        var bodies = type.Methods.Where(m => m.HasBody).Select(m => m.Body).ToList();
        IEnumerable<TypeReference?> found =
        [
            type.BaseType,
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. type.GenericParameters.SelectMany(g => g.Constraints).Select(c => c.ConstraintType),
            .. attributes.Select(a => a.AttributeType),
            .. type.Fields.Select(f => f.FieldType),
            .. type.Methods.Select(m => m.ReturnType),
            .. type.Methods.SelectMany(m => m.Parameters).Select(p => p.ParameterType),
            .. bodies.SelectMany(b => b.Variables).Select(v => v.VariableType),
            .. bodies.SelectMany(b => b.ExceptionHandlers).Select(h => h.CatchType),
            .. bodies.SelectMany(b => b.Instructions).SelectMany(i => i.Operand switch
            {
                TypeReference t => [t],
                MethodReference m => [m.DeclaringType, m.ReturnType, .. m is GenericInstanceMethod g ? g.GenericArguments : []],
                FieldReference f => (TypeReference[])[f.DeclaringType, f.FieldType],
                _ => [],
            }),
        ];
        return found.OfType<TypeReference>();
    }

    private static IEnumerable<TypeReference> Parts(TypeReference type) =>
        type is GenericInstanceType g ? [g.ElementType, .. g.GenericArguments.SelectMany(Parts)] : [type.GetElementType()];

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static string? Room(TypeReference type) => Outermost(type).Namespace.Split('.') is ["Jaga", var room, ..] ? room : null;
}
