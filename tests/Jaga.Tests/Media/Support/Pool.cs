using Jaga.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Jaga.Tests.Media.Support;

/// <summary>A reader with one child, shared by a class of tests.</summary>
public sealed class Pool : IDisposable
{
    public MediaReader Reader { get; } = With(new());

    /// <summary>A reader of its own: one child, started with its first file. Unless a test sets a deadline, none is missed for want of a processor.</summary>
    public static MediaReader With(MediaSettings settings) =>
        new(settings with
        {
            Workers = settings.Workers == Environment.ProcessorCount ? 1 : settings.Workers,
            Deadline = settings.Deadline == new MediaSettings().Deadline ? TimeSpan.FromMinutes(1) : settings.Deadline,
            Warm = false,
        }, TimeProvider.System, NullLogger<MediaReader>.Instance);

    public Task<MediaReading> Read(byte[] file, MediaWish wish = MediaWish.Fingerprint) => Reader.Read(file, wish, default);

    public void Dispose() => Reader.Dispose();
}
