using Jaga.Deliveries;
using Jaga.Enforcement;

namespace Jaga.Disclosure;

/// <summary>The data that the platform was asked for and has not given, also what was released before a receiver of its name was there.</summary>
internal sealed class AwaitedData(Db db, ReadAskedData read, EnforcementSettings platform) : IAwaitReceiver
{
    public string Receiver => platform.Receiver;

    public string Type => ReleaseAnswer.Type;

    public async Task<IReadOnlyList<Awaiting>> Next(string? after, int most, CancellationToken ct)
    {
        var asked = (await read.Run(new(after, most), ct)).Rows;
        var requests = asked.Select(a => a.Request).ToList();

        // A release that was taken back was another question.
        var since = await db.DataAnswers.AsNoTracking().InForce().Where(a => requests.Contains(a.Request)).ToDictionaryAsync(a => a.Request, a => a.ReleasedAt, ct);
        return [.. asked.Select(a => new Awaiting(Subject.Of("data-request", a.Request), a, Since: since.GetValueOrDefault(a.Request)))];
    }
}
