using System.Text;
using Spectre.Console;

namespace Jaga.Server.Cli;

/// <summary>How verbs speak: results to standard output, clean enough for a pipe; everything else to standard error; bars and tables only where somebody looks.</summary>
internal static class Terminal
{
    /// <summary>The work was done.</summary>
    public const int Done = 0;

    /// <summary>The work was done, and something of it was not as wished: the verb's description says what.</summary>
    public const int NotAll = 1;

    /// <summary>The work could not be done.</summary>
    public const int Failed = 2;

    private static readonly IAnsiConsole Error = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Does <paramref name="work"/> with a progress bar on standard error, if that is a terminal. It tells how much is done, 0 to 1.</summary>
    public static async Task<T> Progress<T>(string title, Func<Action<double>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return await work(_ => { });
        }

        return await Error.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async bars =>
            {
                var bar = bars.AddTask(Markup.Escape(title), maxValue: 1);
                return await work(done => bar.Value = done);
            });
    }

    /// <summary>A remark: standard error, one line. Control characters in it, which a file's name may hold, are made visible.</summary>
    public static void Remark(string text) => Console.Error.WriteLine(Visible(text));

    /// <summary>Writes rows as a table to a terminal, and as CSV with a header to a pipe.</summary>
    public static void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(Csv(header));
            foreach (var row in rows)
            {
                Console.WriteLine(Csv(row));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in header)
        {
            table.AddColumn(Markup.Escape(column));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(f => Markup.Escape(Visible(f)))]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>One line of CSV (RFC 4180), fields quoted where they must be.</summary>
    public static string Csv(IEnumerable<string> fields) => string.Join(',', fields.Select(f =>
        f.AsSpan().IndexOfAny(",\"\r\n") < 0 ? f : $"\"{f.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private static string Visible(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            visible.Append(char.IsControl(c) ? $"\\x{(int)c:x2}" : c);
        }

        return visible.ToString();
    }
}
