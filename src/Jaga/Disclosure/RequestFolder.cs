using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Disclosure;

/// <summary>Everything about one request, and what the rules say of each class by it: the only place where they are asked.</summary>
public sealed class RequestFolder(Db db, AllDataRules rules, DataWords words)
{
    /// <param name="Documents">In the order in which they came.</param>
    /// <param name="Verdicts">For each class that was asked for.</param>
    public sealed record Contents(DataRequest Request, IReadOnlyList<DataSubject> Subjects, IReadOnlyList<DataDocument> Documents, DataRules Rules, IReadOnlyList<ClassVerdict> Verdicts);

    /// <exception cref="NotFound">There is no such request.</exception>
    public async Task<Contents> Open(Id<DataRequest> id, CancellationToken ct)
    {
        var request = await db.DataRequests.SingleOrDefaultAsync(r => r.Id == id, ct) ?? throw Missing();
        var subjects = await db.DataSubjects.Where(s => s.Request == id).OrderBy(s => s.Position).ToListAsync(ct);
        var documents = await db.DataDocuments.Where(d => d.Request == id).OrderBy(d => d.Id).ToListAsync(ct);
        return new(request, subjects, documents, rules.Of(request.Regime), Judge(request, documents));
    }

    /// <summary>What the rules say of each class, by these documents.</summary>
    public IReadOnlyList<ClassVerdict> Judge(DataRequest request, IEnumerable<DataDocument> documents) =>
        rules.Of(request.Regime).Judge(request.Classes, GroundsOf(request, documents), request.EmergencyAccepted is true, words);

    /// <summary>What <see cref="Judge"/> would say were it no emergency: whether the proper documents have followed.</summary>
    internal IReadOnlyList<ClassVerdict> JudgeWithoutEmergency(DataRequest request, IEnumerable<DataDocument> documents) =>
        rules.Of(request.Regime).Judge(request.Classes, GroundsOf(request, documents), emergency: false, words);

    /// <summary>The same for a request that is not this agency's as for one that is not there: nobody learns of others by guessing.</summary>
    internal static NotFound Missing() => new("such request");

    /// <summary>The agency that this actor speaks for.</summary>
    /// <exception cref="NotFound">None, or it is closed.</exception>
    internal static async Task<string> AgencyOf(Db db, Actor actor, CancellationToken ct) => (await Agency.Of(db, actor, ct)).Id.ToString();

    private static Grounds GroundsOf(DataRequest request, IEnumerable<DataDocument> documents) =>
        new(request.Offence, request.MaxPenaltyMonths, [.. documents.Where(d => d.Accepted is true).Select(d => new AcceptedDocument(d.Id, d.Kind, d.Number, d.Covers, d.CoversMembers))]);

    /// <summary>The clocks that still run about a request.</summary>
    internal async Task<List<Obligation>> Clocks(DataRequest request, CancellationToken ct)
    {
        var (kind, id) = (request.Subject.Kind, request.Subject.Id);
        return await db.Obligations.AsNoTracking().Where(o => o.About.Kind == kind && o.About.Id == id).OrderBy(o => o.DueAt).ToListAsync(ct);
    }
}
