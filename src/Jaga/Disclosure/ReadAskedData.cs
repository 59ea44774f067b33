using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>What the platform is asked for and has not given, oldest first: how it pulls what it is asked for when it cannot take webhooks.</summary>
public sealed class ReadAskedData(Db db)
{
    /// <summary>A question as the platform reads it, by webhook and by pull alike. It says nothing of who asks, nor why.</summary>
    public sealed record Asked(Id<DataRequest> Request, string Number, DateTimeOffset? From, DateTimeOffset? Until, DateTimeOffset DueAt, IReadOnlyList<AskedSubject> Subjects);

    public async Task<Page<Asked>> Run(PageRequest page, CancellationToken ct)
    {
        var of = db.DataRequests.AsNoTracking().Where(r => r.State == DataRequestState.Collecting);
        if (page.AfterId<DataRequest>() is { } after)
        {
            of = of.Where(r => r.Id.CompareTo(after) > 0);
        }

        var requests = await of.OrderBy(r => r.Id).Take(page.Rows + 1).ToListAsync(ct);
        var ids = requests.Select(r => r.Id).ToList();
        var subjects = requests.Select(r => r.Subject.Id).ToList();
        var asked = await db.DataAnswers.AsNoTracking().InForce().Where(a => ids.Contains(a.Request)).ToDictionaryAsync(a => a.Request, a => a.Asked!, ct);
        var due = await db.Obligations.Owed().Where(o => o.Clause == ReleaseAnswer.Clause && o.About.Kind == "data-request" && subjects.Contains(o.About.Id)).ToDictionaryAsync(o => o.About.Id, o => o.DueAt, ct);
        return Page<Asked>.Of([.. requests.Select(r => new Asked(r.Id, r.Number, r.From, r.Until, due.GetValueOrDefault(r.Subject.Id), DataQuestion.Read(asked[r.Id])))], page.Rows, a => a.Request.ToString());
    }

    internal static Asked Told(DataQuestion question, DateTimeOffset due) => new(question.Request, question.Number, question.From, question.Until, due, question.Subjects);

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/data-requests/asked", (string? after, int? size, ReadAskedData read, CancellationToken ct) => read.Run(new(after, size), ct))
        .Requires(Permission.GiveData).WithSummary("Pull the data that is asked of the platform").WithDescription("Oldest first. Answer each with POST /api/v1/data-requests/{id}/data.");
}
