using Jaga.Obligations;

namespace Jaga.Tests.Obligations;

/// <summary>What the tests of this room do again and again.</summary>
internal static class Owing
{
    public const string Day = "house.decide-held";
    public static readonly Actor Tester = Actor.System("test");
    public static readonly Subject Item = new("item", "i1");

    /// <summary>Opens a duty in a transaction of its own.</summary>
    public static Task<Obligation> Owe(this JagaHost jaga, string clause = Day, Subject? about = null, DateTimeOffset? from = null) =>
        jaga.Act(duties => Task.FromResult(duties.Open(clause, about ?? Item, "the platform", Tester, from)));

    public static Task<int> Keep(this JagaHost jaga, string clause = Day, Subject? about = null, Subject? by = null) =>
        jaga.Act(duties => duties.Keep(about ?? Item, clause, by ?? new("decision", "d1"), Tester, default));

    /// <summary>Does something with duties in one transaction.</summary>
    public static async Task<T> Act<T>(this JagaHost jaga, Func<Duties, Task<T>> act)
    {
        await using var scope = jaga.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
        var answer = await act(scope.ServiceProvider.GetRequiredService<Duties>());
        await transaction.Commit(default);
        return answer;
    }

    /// <summary>Walks the ladders until nothing is due.</summary>
    public static async Task Walk(this JagaHost jaga)
    {
        while (await jaga.Ask<WalkLadder, bool>(walk => walk.Run(default)))
        {
        }
    }

    /// <summary>How many urgent notices about this kind of subject are still repeated.</summary>
    public static Task<int> Calling(this JagaHost jaga, string kind) => jaga.Ask<Db, int>(db => db.Notices.CountAsync(n => n.About.Kind == kind && n.NextCallAt != null));

    public static Task<ReadObligations.Story> Story(this JagaHost jaga, Id<Obligation> id) => jaga.Ask<ReadObligations, ReadObligations.Story>(read => read.One(id, default));

    public static Task<ReadDuties.Numbers> Duties(this JagaHost jaga) => jaga.Ask<ReadDuties, ReadDuties.Numbers>(read => read.Run(default));
}
