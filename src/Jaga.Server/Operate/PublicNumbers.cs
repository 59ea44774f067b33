namespace Jaga.Server.Operate;

/// <summary>
/// What anybody may read of the numbers: whether the house keeps its word, and nothing of its work. Counted at most once in <see cref="Fresh"/>, however many ask.
/// </summary>
public sealed class PublicNumbers(TimeProvider clock) : IDisposable
{
    /// <summary>How long an answer serves.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly string[] Words = ["unsent", "overdue", "unconfirmed"];
    private readonly SemaphoreSlim _one = new(1, 1);
    private (DateTimeOffset At, IReadOnlyList<Counted> Numbers)? _last;

    /// <summary>The three of them, at most <see cref="Fresh"/> old.</summary>
    /// <param name="read">The caller's own.</param>
    public async Task<IReadOnlyList<Counted>> Run(ReadNumbers read, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (_last is { } last && now >= last.At && now - last.At < Fresh)
            {
                return last.Numbers;
            }

            var numbers = await read.Run(ct, c => Words.Contains(c.Word));
            _last = (now, numbers);
            return numbers;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
