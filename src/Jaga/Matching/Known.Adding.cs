using Jaga.Banks;

namespace Jaga.Matching;

/// <summary>
/// How signals come in. A batch counts from one moment on, for every query: places in the table are taken in order, so one number parts what queries see from
/// what is still coming, and it moves on when the whole batch is there.
/// </summary>
internal sealed partial class Known
{
    private volatile int _seen;

    /// <summary>Whether a batch broke off while it came in. What came of it is not seen, and would be with the next: all is to be read anew.</summary>
    public bool IsSpoilt { get; private set; }

    /// <summary>Whether all of the batch's signals are here.</summary>
    public bool Holds(long batch) => _sources.ContainsKey(batch);

    /// <summary>Adds a batch's signals as they are read; they count when all of them are here.</summary>
    /// <param name="read">Reads them and hands each on.</param>
    public async Task Add(FedBatch batch, Func<Action<FedSignal>, Task> read)
    {
        if (!Holds(batch.Number))
        {
            IsSpoilt = true; // until it is whole
            await read(signal => Take(signal, batch));
            Seen(batch);
        }
    }

    /// <inheritdoc cref="Add(FedBatch, Func{Action{FedSignal}, Task})"/>
    public void Add(FedBatch batch, IEnumerable<FedSignal> signals)
    {
        if (!Holds(batch.Number))
        {
            IsSpoilt = true;
            foreach (var signal in signals)
            {
                Take(signal, batch);
            }

            Seen(batch);
        }
    }

    private void Take(in FedSignal signal, FedBatch batch) => _indexes.Add(signal, _table.Append(signal, batch.Source), _banks.Of(signal.Bank));

    private void Seen(FedBatch batch)
    {
        _sources.Add(batch.Number, batch.Source);
        (_seen, IsSpoilt) = (_table.Count, false);
    }

    /// <summary>Fills what is empty with many batches at once; nobody looks yet.</summary>
    /// <param name="read">Reads the signals of all of them and hands each on.</param>
    public async Task Fill(IReadOnlyCollection<FedBatch> batches, Func<Action<FedSignal>, Task> read)
    {
        var loading = new Loading(this, batches);
        await read(loading.Take);
        loading.Finish();
    }

    /// <inheritdoc cref="Fill(IReadOnlyCollection{FedBatch}, Func{Action{FedSignal}, Task})"/>
    public void Fill(IReadOnlyCollection<FedBatch> batches, Action<Action<FedSignal>> read)
    {
        var loading = new Loading(this, batches);
        read(loading.Take);
        loading.Finish();
    }

    /// <summary>Takes many signals at once.</summary>
    private sealed class Loading
    {
        private readonly Known _known;
        private readonly SignalIndexes.Gathering _gathering = new();

        public Loading(Known known, IReadOnlyCollection<FedBatch> batches)
        {
            _known = known;
            foreach (var batch in batches)
            {
                known._sources.Add(batch.Number, batch.Source);
            }
        }

        public void Take(FedSignal signal)
        {
            var (place, bank) = (_known._table.Append(signal, _known._sources[signal.Batch]), _known._banks.Of(signal.Bank));
            if (!_gathering.Take(signal, place, bank))
            {
                _known._indexes.Add(signal, place, bank);
            }
        }

        public void Finish()
        {
            _gathering.FillInto(_known._indexes);
            _known._seen = _known._table.Count;
        }
    }
}
