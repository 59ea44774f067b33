using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using Jaga.Audit;
using Jaga.Deliveries;

namespace Jaga.Witnesses;

/// <summary>A witness did not cosign, and why. <paramref name="sentence"/> says whether that speaks against the log.</summary>
public sealed class WitnessRefused(string sentence, bool against) : Exception(sentence)
{
    /// <summary>The witness holds that the log is not what it saw before: somebody must look at once.</summary>
    public bool Against { get; } = against;
}

/// <summary>Has one witness cosign a checkpoint (C2SP tlog-witness): shows it the proof that the log only grew since what it saw last, and checks its cosignature.</summary>
public sealed class AskWitness(Wire wire, AuditTree tree, WitnessSettings settings)
{
    private const int MaxAnswer = 64 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>The lines that cosign <paramref name="note"/>, checked.</summary>
    /// <param name="known">How many lines the witness saw last, as far as is known here.</param>
    /// <exception cref="WitnessRefused">It does not cosign.</exception>
    public async Task<IReadOnlyList<NoteSignature>> Run(Uri address, WitnessKey key, string note, long known, CancellationToken ct)
    {
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(note).Text);
        var (status, text, isSize) = await Send(address, note, known, checkpoint.Size, ct);
        if (status is HttpStatusCode.Conflict && isSize && long.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var seen))
        {
            if (seen > checkpoint.Size)
            {
                throw new WitnessRefused($"{key.Name} saw {seen} lines of this log, which now has {checkpoint.Size}: the log was cut short, or a copy of it goes on elsewhere.", against: true);
            }

            // It saw more, or less, than is known here: once more from where it stands.
            (status, text, _) = await Send(address, note, seen, checkpoint.Size, ct);
        }

        return status switch
        {
            HttpStatusCode.OK => Cosigned(key, note, text),
            HttpStatusCode.NotFound => throw new WitnessRefused($"{key.Name} does not know this log. Give its operator the log's key.", against: false),
            HttpStatusCode.Forbidden => throw new WitnessRefused($"{key.Name} does not know the key that signed the checkpoint.", against: false),
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict => throw new WitnessRefused($"{key.Name} holds that the log is not a continuation of what it saw before: {Short(text)}", against: true),
            _ => throw new WitnessRefused($"{key.Name} answered {(int)status}: {Short(text)}", against: false),
        };
    }

    private async Task<(HttpStatusCode Status, string Text, bool IsSize)> Send(Uri address, string note, long old, long size, CancellationToken ct)
    {
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {old}\n");
        foreach (var hash in await tree.Consistency(old, size, ct))
        {
            body.Append(Convert.ToBase64String(hash)).Append('\n');
        }

        body.Append('\n').Append(note);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Deadline);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body.ToString(), new UTF8Encoding(false), new MediaTypeHeaderValue("text/plain")) };
            using var answer = await wire.Send(request, settings.AllowPrivate, limit.Token);
            await using var content = await answer.Content.ReadAsStreamAsync(limit.Token);
            var bytes = new byte[MaxAnswer];
            var read = await content.ReadAtLeastAsync(bytes, bytes.Length, false, limit.Token);
            return (answer.StatusCode, Encoding.UTF8.GetString(bytes, 0, read), answer.Content.Headers.ContentType?.MediaType is "text/x.tlog.size");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new WitnessRefused($"{address.Host} could not be reached: {failure.InnerException?.Message ?? failure.Message}", against: false);
        }
    }

    private static List<NoteSignature> Cosigned(WitnessKey key, string note, string lines)
    {
        try
        {
            var ours = SignedNote.Parse(note);
            var all = SignedNote.Parse($"{ours.Text}\n{lines}");
            return key.Saw(all) is not null ? [.. all.Signatures.Where(s => s.Name == key.Name && s.KeyId == key.Id)] : throw new WitnessRefused($"{key.Name} answered with a cosignature that is not its own.", against: false);
        }
        catch (FormatException)
        {
            throw new WitnessRefused($"{key.Name} answered with something that is no cosignature: {Short(lines)}", against: false);
        }
    }

    private static string Short(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
}
