using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Enforcement;
using Jaga.Obligations;

namespace Jaga.Disclosure;

/// <summary>
/// Takes a release back in the caller's transaction: a document that it rests on proved false before anything was handed over. The platform is asked no longer, what it gave goes nowhere,
/// and the request stands open again under its old clock, so that a person answers it anew.
/// </summary>
public sealed class WithdrawRelease(Db db, AuditLog audit, TimeProvider clock, RequestFolder folder, DataWords words, Duties duties, Outbox outbox, EnforcementSettings settings)
{
    /// <summary>The webhook's type.</summary>
    public const string Type = "data.withdrawn";

    private const string Why = "The release was taken back before anything was handed over.";

    /// <summary>Takes it back, unless what was released rests on other documents just as well.</summary>
    /// <exception cref="RuleBroken">The question is being sent to the platform at this moment.</exception>
    internal async Task Run(RequestFolder.Contents contents, string because, Actor actor, CancellationToken ct)
    {
        var (request, answer) = (contents.Request, await db.DataAnswers.InForce().SingleAsync(a => a.Request == contents.Request.Id, ct));
        IReadOnlyList<ClassVerdict> now = [.. folder.Judge(request, contents.Documents).Where(v => answer.Classes.Contains(v.Class))];
        if (now.All(v => v.May) && DataQuestion.For(request, contents.Subjects, now, words)?.ToJson() == answer.Asked)
        {
            return;
        }

        var asked = request.State is DataRequestState.Collecting;
        answer.Withdraw(because, actor, clock.GetUtcNow());
        request.Unrelease();
        audit.Record(actor, "data-request.release-withdrawn", request.Subject, because, new { answer = answer.Id });
        await duties.CancelAll(request.Afterwards, Why, actor, ct);
        foreach (var owed in (await folder.Clocks(request, ct)).Where(o => o.IsOwed && o.Clause == ReleaseAnswer.Clause))
        {
            await duties.Cancel(owed.Id, Why, actor, ct);
        }

        if (asked)
        {
            await Tell(request, actor, ct);
        }
    }

    // What has not left does not leave; what may have is called back.
    private async Task Tell(DataRequest request, Actor actor, CancellationToken ct)
    {
        var id = request.Subject.Id;
        await outbox.TakeTurns(ct);
        foreach (var waiting in await db.Deliveries.AsNoTracking().Where(d => d.About.Kind == "data-request" && d.About.Id == id && d.Type == ReleaseAnswer.Type && d.State == DeliveryState.Waiting).Select(d => d.Id).ToListAsync(ct))
        {
            await outbox.GiveUp(waiting, Why, actor, ct);
        }

        if (await db.Receivers.AnyAsync(r => r.Name == settings.Receiver, ct))
        {
            await outbox.Send(settings.Receiver, Type, new { request = request.Id, request.Number }, request.Subject, ct: ct);
        }
    }
}
