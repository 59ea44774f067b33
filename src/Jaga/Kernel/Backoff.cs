using System.Security.Cryptography;

namespace Jaga.Kernel;

/// <summary>How long to wait before trying again: doubling, with a ceiling, and jitter so that a thousand failures do not return as one.</summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two tries: fifteen minutes. It never becomes "never".</summary>
    public static readonly TimeSpan Ceiling = TimeSpan.FromMinutes(15);

    /// <summary>A wait between half and all of 1 s × 2^(attempts − 1), at most <see cref="Ceiling"/>.</summary>
    /// <param name="attempts">Failures so far, 1 or more.</param>
    public static TimeSpan After(int attempts)
    {
        var full = Math.Min(Ceiling.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30)));
        return TimeSpan.FromMilliseconds((full / 2) + RandomNumberGenerator.GetInt32((int)(full / 2) + 1));
    }
}
