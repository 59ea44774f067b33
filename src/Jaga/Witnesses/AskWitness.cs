using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using Jaga.Audit;
using Jaga.Deliveries;

namespace Jaga.Witnesses;

/// <summary>One of those who see the checkpoints did not take this one, and why.</summary>
public sealed class WitnessRefused(string sentence, WitnessFault fault) : Exception(sentence)
{
    public WitnessFault Fault { get; } = fault;
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
                throw new WitnessRefused($"{key.Name} saw {seen} lines of this log, which now has {checkpoint.Size}: the log was cut short, or a copy of it goes on elsewhere.", WitnessFault.Against);
            }

            // It saw more, or less, than is known here: once more from where it stands.
            (status, text, _) = await Send(address, note, seen, checkpoint.Size, ct);
        }

        return status switch
        {
            HttpStatusCode.OK => Cosigned(key, note, text),
            HttpStatusCode.NotFound => throw new WitnessRefused($"{key.Name} does not know this log. Give its operator the log's key.", WitnessFault.Stranger),
            HttpStatusCode.Forbidden => throw new WitnessRefused($"{key.Name} does not know the key that signed the checkpoint.", WitnessFault.Stranger),
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict => throw new WitnessRefused($"{key.Name} holds that the log is not a continuation of what it saw before: {Short(text)}", WitnessFault.Against),
            _ => throw new WitnessRefused($"{key.Name} answered {(int)status}: {Short(text)}", WitnessFault.Away),
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
            throw new WitnessRefused($"{address.Host} could not be reached: {failure.InnerException?.Message ?? failure.Message}", WitnessFault.Away);
        }
    }

    private static List<NoteSignature> Cosigned(WitnessKey key, string note, string lines)
    {
        try
        {
            var ours = SignedNote.Parse(note);
            var all = SignedNote.Parse($"{ours.Text}\n{lines}");
            return key.Saw(all) is not null ? [.. all.Signatures.Where(s => s.Name == key.Name && s.KeyId == key.Id)] : throw new WitnessRefused($"{key.Name} answered with a cosignature that is not its own.", WitnessFault.Wrong);
        }
        catch (FormatException)
        {
            throw new WitnessRefused($"{key.Name} answered with something that is no cosignature: {Short(lines)}", WitnessFault.Wrong);
        }
    }

    private static string Short(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
}
