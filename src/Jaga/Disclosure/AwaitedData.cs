using Jaga.Deliveries;
using Jaga.Enforcement;

namespace Jaga.Disclosure;

/// <summary>The data that the platform was asked for and has not given, also what was released before a receiver of its name was there.</summary>
internal sealed class AwaitedData(ReadAskedData read, EnforcementSettings platform) : IAwaitReceiver
{
    public string Receiver => platform.Receiver;

    public string Type => ReleaseAnswer.Type;

    public async Task<IReadOnlyList<Awaiting>> Next(string? after, int most, CancellationToken ct) =>
        [.. (await read.Run(new(after, most), ct)).Rows.Select(a => new Awaiting(Subject.Of("data-request", a.Request), a))];
}
