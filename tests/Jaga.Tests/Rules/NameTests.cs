using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Jaga.Tests.Rules;

public sealed class NameTests
{
    // Names that say where a thing is filed and not what it does.
    private static readonly string[] Banned = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Service", "Services", "Repository", "Dto", "Impl", "Base"];

    [Fact]
    public void No_type_hides_behind_a_name_that_says_nothing()
    {
        string[] ours = [typeof(House).Assembly.Location, typeof(Server.App).Assembly.Location, typeof(Hashing.PdqHash).Assembly.Location];
        Source.Keeps(ours.SelectMany(Names).Where(SaysNothing));
    }

    [Fact]
    public void The_rule_finds_such_a_name()
    {
        string[] names = ["CaseManager", "StringUtil", "Baseline", "Utilities.Case", "ReaderBase`1"];
        Assert.Equal(["CaseManager", "StringUtil", "ReaderBase`1"], names.Where(SaysNothing));
    }

    private static List<string> Names(string assemblyPath)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        return [.. assembly.MainModule.GetTypes().Select(t => t.Name).Where(n => !n.Contains('<', StringComparison.Ordinal))];
    }

    private static bool SaysNothing(string name) => Banned.Any(b => name.Split('`')[0].EndsWith(b, StringComparison.Ordinal));
}
