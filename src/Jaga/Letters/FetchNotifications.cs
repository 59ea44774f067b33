namespace Jaga.Letters;

/// <summary>Reads what the mail server laid into the Maildir of the settings, and moves each mail from <c>new</c> to <c>cur</c> once it is taken or set aside.</summary>
public sealed class FetchNotifications(LetterSettings settings, TakeNotification take, ILogger<FetchNotifications> logger) : IRecurring
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private const int Batch = 100;

    public async Task<bool> Run(CancellationToken ct)
    {
        if (settings.Bounces.Length == 0)
        {
            return false;
        }

        var read = Directory.CreateDirectory(Path.Combine(settings.Bounces, "cur")).FullName;
        var fresh = new DirectoryInfo(Path.Combine(settings.Bounces, "new")).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Take(Batch).ToList();
        foreach (var file in fresh)
        {
            var mail = await Head(file, ct);
            try
            {
                await take.Run(mail, ct);
            }
            catch (Exception broken) when (broken is not (OperationCanceledException or DbUpdateConcurrencyException))
            {
                // Where the database is away, this fails too, and the mail is still there the next time.
                logger.LogError(broken, "The mail {File} could not be taken", file.Name);
                await take.Aside(mail, $"It could not be taken ({file.Name}).", ct);
            }

            // ":2,S" is how a Maildir says that it was seen. After a crash before this the same mail comes again, and counts once.
            file.MoveTo(Path.Combine(read, file.Name + ":2,S"), overwrite: true);
        }

        return fresh.Count == Batch;
    }

    // One byte more than is read: enough to see that it is too large, whatever its size.
    private static async Task<byte[]> Head(FileInfo file, CancellationToken ct)
    {
        await using var stream = file.OpenRead();
        var bytes = new byte[Math.Min(stream.Length, StatusReport.MaxBytes + 1)];
        return bytes[..await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct)];
    }
}
