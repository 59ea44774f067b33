using System.Reflection;

namespace Jaga.Tests.Rules;

/// <summary>A use case is a public type with a <c>Run</c> and a <c>Map</c>: somebody outside can ask for it, so a test asks for it by name.</summary>
public sealed class UseCaseTests
{
    [Fact]
    public void Every_use_case_has_a_test_that_names_it()
    {
        var tests = Source.Files("tests", ".cs").Select(Source.Text).ToList();
        Source.Keeps(Untested(typeof(House).Assembly.GetTypes(), tests));
    }

    [Fact]
    public void The_rule_finds_a_use_case_without_a_test()
    {
        Assert.Equal(["PaintDoor"], Untested([typeof(PaintDoor)], ["PaintDoors is another word"]));
        Assert.Empty(Untested([typeof(PaintDoor)], ["public sealed class PaintDoorTests"]));
    }

    private static List<string> Untested(IEnumerable<Type> types, IReadOnlyList<string> tests) =>
        [.. types.Where(IsUseCase).Select(t => t.Name).Where(name => !tests.Any(t => Names(t, name)))];

    private static bool IsUseCase(Type type) =>
        (type.IsPublic || type.IsNestedPublic)
        && type.GetMethod("Run", BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static) is not null
        && type.GetMethod("Map", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static) is not null;

    private static bool Names(string test, string useCase) => System.Text.RegularExpressions.Regex.IsMatch(test, $@"\b{useCase}(Tests)?\b");

    public sealed class PaintDoor
    {
        public static void Map()
        {
        }

        public Task Run() => Task.FromResult(this);
    }
}
